"""What the end of a year is told in: the guide, the financial report, the discharge, the activity of the year, and their documents."""
