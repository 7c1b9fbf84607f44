"""Time in texts and questions: expressions are found by patterns, and become days on the calendar with the reasoning."""
