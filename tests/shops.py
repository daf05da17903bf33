"""Small shops of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.settings import Settings
from bot.wiring import index_root, router_root, shop_of

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


def settings_in(folder: Path, sample: Settings, **more: object) -> Settings:
    """The sample's index, files of one's own beside it, and no waiting for further messages."""
    own = sample.model_copy(update={"data_dir": folder, "merge_window_s": 0.0, **more})
    shop = shop_of(sample)
    for root in (index_root, router_root):
        root(own, shop).parent.mkdir(parents=True, exist_ok=True)
        root(own, shop).symlink_to(root(sample, shop))
    return own
