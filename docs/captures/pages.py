"""Pages to take pictures of: what a terminal shows, and a comment as GitHub's own library renders it."""

import html
import pathlib
import re
import sys

import cmarkgfm
from cmarkgfm.cmark import Options

# The colors of a terminal: background, text, and colors by their number in an escape sequence.
TERMINAL = ("#1e1e1e", "#d4d4d4", {"31": "#f48771", "32": "#89d185", "33": "#e2c08d"})
COMMENT = ("#ffffff", "#1f2328", "#59636e", "#818b981f")


def terminal(text: str, ground: str, ink: str, colors: dict[str, str]) -> str:
    out, is_open = [], False
    for piece in re.split(r"(\x1b\[[0-9;]*m)", text):
        if not piece.startswith("\x1b"):
            out.append(html.escape(piece))
            continue
        codes = piece[2:-1].split(";")
        out.append("</span>" * is_open)
        styles = ["font-weight:bold" for code in codes if code == "1"]
        styles += ["opacity:.62" for code in codes if code == "2"]
        styles += [f"color:{colors[code]}" for code in codes if code in colors]
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
    for name in ("plan", "terminal"):
        text = (folder / f"{name}.txt").read_text().replace("\r\n", "\n")
        lines = text.count("\n")
        (folder / f"{name}.html").write_text(terminal(text, *TERMINAL))
        (folder / f"{name}.size").write_text(f"900 {lines * 20 + 32}\n")
    (folder / "comment.html").write_text(comment((folder / "plan.md").read_text(), *COMMENT))
    (folder / "comment.size").write_text("924 1700\n")


main(pathlib.Path(sys.argv[1]))
