"""Small shops of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_KINDS = {
    "products": "products",
    "faq": "faq",
    "policies": "documents",
    "events": "interactions",
    "reviews": "reviews",
}


def shop_in(folder: Path, files: Mapping[str, str], toml: str = "") -> Path:
    """The folder, with files given by name and a shop.toml that has each as a source of the kind that its name begins with."""
    sources = [
        f'[[sources]]\nfile = "{file}"\nkind = "{_KINDS[Path(file).parts[0].split(".")[0]]}"\n' for file in files
    ]
    shop = f'name = "Test"\nlocales = ["en", "zh"]\n{toml}\n' + "\n".join(sources)
    for file, text in {**files, "shop.toml": shop}.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    return folder
