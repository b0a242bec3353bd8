"""Follows every link of the built book: book.py FOLDER."""

import html
import re
import sys
from pathlib import Path

root = Path(sys.argv[1]).resolve()
texts = {path: path.read_text() for path in root.rglob("*.html")}
ids = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in texts.items()}
links = missed = outside = 0
for path, text in sorted(texts.items()):
    main = re.search(r"<main>(.*?)</main>", text, re.DOTALL)
    if path.name in ("print.html", "404.html", "toc.html") or main is None:
        continue
    for target in re.findall(r'\bhref="([^"]+)"', main[1]):
        if "://" in target:
            continue
        links += 1
        file, _, anchor = html.unescape(target).partition("#")
        to = (path.parent / file).resolve() if file else path
        # Files of the repository that are no pages: the suite `cli` knows that they are there.
        if not to.is_relative_to(root):
            outside += 1
        elif not to.exists() or (anchor and to in ids and anchor not in ids[to]):
            missed += 1
            print(f"{path.relative_to(root)}: {target} leads nowhere")
print(f"book: {len(texts)} pages, {links} links, {outside} of them out of the book; {missed} missed")
sys.exit(missed > 0)
