"""``python -m qabot`` is ``qabot``."""

from qabot.cli import main

main()
