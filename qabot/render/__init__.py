"""Every word that a person reads of an answer: on a terminal, as Markdown, JSON and HTML."""
