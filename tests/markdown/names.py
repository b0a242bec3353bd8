"""Names that somebody could choose, each with a mark by which it is found again."""

# What stands for somebody to be pinged, linked to or believed.
MARK = "evil"

NAMES = [
    "evil",
    "@evil",
    "@evil/team",
    "a @evil b",
    "ada@evil.com",
    "#12 evil",
    "evil#12",
    "evil/repo#1",
    "evil/repo@0123456789abcdef0123456789abcdef01234567",
    "GH-1 evil",
    "evil 0123456789abcdef0123456789abcdef01234567",
    "!7 evil &3 %4 ~5 $6",
    "www.evil.com",
    "https://evil.com/x",
    "<https://evil.com>",
    "mailto:a@evil.com",
    "[evil](https://evil.com)",
    "[evil][1]\n\n[1]: https://evil.com",
    "![evil](https://evil.com/x.png)",
    "[^evil]: footnote [^evil]",
    "<img src=x onerror=evil>",
    "<script>evil</script>",
    "</code></p></details>evil<b>",
    "<details open><summary>evil</summary>",
    "--> evil <!--",
    "<!-- bylaws:plan evil -->",
    "&lt;evil&gt; &amp; &#64;evil &commat;evil",
    "**evil** __evil__ ~~evil~~ ==evil==",
    "| evil | a |\n| --- | --- |\n| b | c |",
    "evil|evil||",
    "$evil$ $$evil$$ $`evil`$",
    ":evil: :smile:",
    "`evil`",
    "``` evil",
    "evil ```",
    "```\nevil\n```",
    "~~~\nevil\n~~~",
    "evil" + "`" * 40,
    "`",
    "` evil `",
    "evil\\",
    "\\`evil\\`",
    "# evil",
    "evil\n===\nevil\n---",
    "evil\n\n# evil\n\n- evil",
    "- [ ] evil",
    "* evil",
    "1. evil",
    "> evil\n> [!NOTE]\n> evil",
    "    evil",
    " evil ",
    "evil   evil",
    "\tevil",
    "evil\r\nevil",
    "\r::error::evil",
    "::set-output name=evil::x",
    " ::add-mask::evil",
    "evil\n::warning file=a::b",
    "##[error]evil",
    "##vso[task.setvariable variable=evil]x",
    "###[group]evil",
    "\x1b[0Ksection_start:1:evil\r\x1b[0K",
    "\x1b[2J\x1b[31mevil\x1b[0m",
    "\x1b]8;;https://evil.com\x07evil\x1b]8;;\x07",
    "evil\x00\x07\x08\x7f\x9b",
    "\u202eevil\u202c",
    "\u2066evil\u2069",
    "ev\u200bil evil",
    "\ufeffevil",
    "evil\U000e0041\U000e0042",
    "evil\ufe0f\u20e3",
    "\u2028evil\u2029",
    "\u0085evil",
    "\u05d0\u05d1 evil \u05d2",
    "\u0645\u0631\u062d\u0628\u0627 evil",
    "\u0301evil\u0301\u0301\u0301\u0301",
    "\u3000evil\u00a0",
    "evil " + "研究" * 40,
    "evil" * 2_560,
    "\U0001f469\u200d\U0001f4bb evil",
    "{{evil}} {% evil %} ${{ github.evil }}",
    "/evil /close /approve",
    "Fixes #1 evil",
    "Co-authored-by: evil <a@evil.com>",
    "\n/close evil",
    "sk-ant-api03-" + "evil" * 20,
    "evil <sub>@evil</sub>",
    "<a href='https://evil.com'>evil</a>",
    "<!doctype evil",
    "<?evil ?>",
    "<![CDATA[evil]]>",
]


def hidden(c: str) -> bool:
    """Characters that nobody sees; the rule of the engine, written once more."""
    point = ord(c)
    ranges = [
        (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160),
        (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F),
        (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB),
        (0xFFFE, 0xFFFF), (0x13430, 0x1343F), (0x13441, 0x13442), (0x16FE4, 0x16FE4),
        (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ]
    return any(first <= point <= last for first, last in ranges)


def inert(name: str) -> str | None:
    """What the page shows for a name; None where this does not know (long, masked, or with piled-up marks)."""
    if len(name) > 140 or "sk-ant" in name or "\u0301" in name or "\u20e3" in name:
        return None
    out = ""
    for at, c in enumerate(name):
        rest = name[at:]
        word = rest[1:].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        line = rest.startswith("::") and not name[:at].strip()
        mark = c == "#" and name[at - 1 : at] == "#" and word.startswith("[")
        space = c == " " and (at == 0 or at == len(name) - 1 or name[at - 1] == " ")
        blank = c != " " and c.isspace()
        out += f"\\u{{{ord(c):x}}}" if hidden(c) or line or mark or space or blank else c
    return out
