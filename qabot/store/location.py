"""Where an index lies: the folder of its articles and the store built from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qabot import __version__, resources
from qabot.store.database import FORMAT

CATALOGUE = "catalogue.sqlite"


@dataclass(frozen=True)
class Location:
    """An index: ``articles`` is the user's folder, ``store`` is made from it and can be deleted and made again."""

    articles: Path
    store: Path

    @property
    def catalogue(self) -> Path:
        """The SQLite file that is the source of truth."""
        return self.store / CATALOGUE

    @property
    def built(self) -> bool:
        """Whether there is a store (of however many articles)."""
        return self.catalogue.is_file()


def locate(index: Path | None, *, create: bool = False) -> Location:
    """The index that a command works on.

    Args:
        index: the folder that ``--index`` or ``QABOT_INDEX`` names. None: ``index/`` in the working directory where
            it is a folder, else the starter articles that come with qabot, their store in the user's data folder.
        create: the index is about to be made: without a name it is ``index/`` in the working directory, never the
            starter articles.
    """
    here = Path("index")
    if index is None and (create or here.is_dir()):
        index = here
    if index is not None:
        folder = index.expanduser().absolute()
        return Location(articles=folder / "articles", store=folder / "store")
    from platformdirs import user_data_path

    # Another version may bring other articles, another format cannot be read.
    store = user_data_path("qabot") / f"starter-{__version__}-{FORMAT}"
    return Location(articles=resources.starter_articles(), store=store)
