"""Time in texts and questions: expressions are found by patterns, and become days, with the reasoning."""
