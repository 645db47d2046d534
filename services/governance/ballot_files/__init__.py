"""Ballot papers as files that other programs read: PrefLib, Pabulib, BLT, and a JSON form that says everything."""
