"""Pages to take pictures of: what a terminal shows, and a comment as GitHub's own library renders it."""

import html
import pathlib
import re
import sys

import cmarkgfm
from cmarkgfm.cmark import Options

# Colours of a terminal on a dark and on a light ground, by their number in an escape sequence.
TERMINALS = {
    "dark": ("#1e1e1e", "#d4d4d4", {"31": "#f48771", "32": "#89d185", "33": "#e2c08d"}),
    "light": ("#ffffff", "#24292f", {"31": "#cf222e", "32": "#116329", "33": "#7d4e00"}),
}
COMMENTS = {"light": ("#ffffff", "#1f2328", "#59636e", "#818b981f"), "dark": ("#0d1117", "#f0f6fc", "#9198a1", "#656c7633")}


def terminal(text: str, ground: str, ink: str, colours: dict[str, str]) -> str:
    out, is_open = [], False
    for piece in re.split(r"(\x1b\[[0-9;]*m)", text):
        if not piece.startswith("\x1b"):
            out.append(html.escape(piece))
            continue
        codes = piece[2:-1].split(";")
        out.append("</span>" * is_open)
        styles = ["font-weight:bold" for code in codes if code == "1"]
        styles += ["opacity:.62" for code in codes if code == "2"]
        styles += [f"color:{colours[code]}" for code in codes if code in colours]
        is_open = bool(styles)
        out.append(f'<span style="{";".join(styles)}">' * is_open)
    body = "".join(out) + "</span>" * is_open
    return (
        f'<meta charset="utf-8"><style>body{{margin:0;background:{ground};color:{ink}}}'
        f"pre{{margin:16px;font:14px/20px 'DejaVu Sans Mono',monospace}}</style><pre>{body}</pre>"
    )


def comment(markdown: str, ground: str, ink: str, soft: str, code: str) -> str:
    body = cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE)
    return (
        f'<meta charset="utf-8"><style>body{{margin:24px 32px;width:860px;background:{ground};color:{ink};'
        "font:14px/1.5 'DejaVu Sans',sans-serif}h2{border-bottom:1px solid #8884;padding-bottom:.3em}"
        f"code{{background:{code};padding:.2em .4em;border-radius:6px;font:85% 'DejaVu Sans Mono',monospace}}"
        f"li+li{{margin-top:.25em}}summary{{color:{soft}}}</style>{body}"
    )


def main(folder: pathlib.Path) -> None:
    text = (folder / "text").read_text().replace("\r\n", "\n")
    markdown = (folder / "plan.md").read_text()
    lines = text.count("\n")
    for name, (ground, ink, colours) in TERMINALS.items():
        (folder / f"terminal-{name}.html").write_text(terminal(text, ground, ink, colours))
        (folder / f"terminal-{name}.size").write_text(f"900 {lines * 20 + 32}\n")
    for name, colours in COMMENTS.items():
        (folder / f"comment-{name}.html").write_text(comment(markdown, *colours))
        (folder / f"comment-{name}.size").write_text("924 1700\n")


main(pathlib.Path(sys.argv[1]))
