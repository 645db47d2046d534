"""The registers beside the journal, as pure folds that deciders and views share: inventory, cheques, deposits, grants, gifts in kind."""
