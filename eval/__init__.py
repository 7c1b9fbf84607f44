"""Measuring qabot, and training what it rests on: `python -m eval` lists the commands."""
