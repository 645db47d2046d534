"""What a fiscal year needs before it ends, and the financial report that it ends with; pure, for deciders, questions and documents."""
