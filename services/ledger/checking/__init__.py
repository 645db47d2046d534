"""What an auditor looks for in the books: each check a pure function over what the records say."""
