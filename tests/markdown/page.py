"""What a rendered comment may hold, found by reading its HTML as a browser would."""

import re
import unicodedata

import html5lib

from names import MARK

ELEMENTS = {"h2", "h3", "p", "ul", "li", "code", "pre", "strong", "details", "summary", "blockquote", "br", "a"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
# Words outside of code: ours. What a renderer could make something of is not among these characters.
TEXT = re.compile(r"(?:[A-Za-z0-9 \n.,:;()?·→…+~−%'‎-]|(?<=[ (])=(?= ))*")
HEADINGS = re.compile(
    r"Bylaws (plan|apply): [a-z0-9, ]+"
    r"|Bylaws audit: [0-9a-z, ]+(; [0-9]+ accepted)?(; [0-9]+ rules? not checked)?|Access|Access changes"
    r"|(error|warning) BA[0-9]{4}: [a-z-]+ \([0-9,]+\)"
    r"|(Review first|Rule changes|(People|People of new workspaces|New workspaces|Workspaces|Changes by this commit"
    r"|Due: an end date, or an invite that was accepted or has expired|Drift: changed outside git"
    r"|Not in a reviewed plan|Other changes|Blocked: manual action required|Notes"
    r"|Guard reports|Approvals|Failed|Unknown: check before you run again|Skipped|Others"
    r"|New since the saved plan, not sent) \([0-9,]+(; [0-9,]+ (loses? access|takes? access away))?\))"
)


def problems(html: str, markdown: str, links: list[str], is_comment: bool = True) -> tuple[list[str], list[str]]:
    """What is wrong with a page, and the text of each piece of code on it. A table is no comment to be found again."""
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    wrong, code, seen = [], [], {"h2": 0, "details": 0, "comment": 0, "a": []}

    def text(value: str | None, where: str) -> None:
        value = (value or "").replace("[!CAUTION]", "").replace("[!WARNING]", "")
        if not TEXT.fullmatch(value) or MARK in value:
            wrong.append(f"text in {where}: {value!r}")

    def walk(node, ancestors: list[str]) -> None:
        if not isinstance(node.tag, str):
            seen["comment"] += 1
            return text(node.tail, ancestors[-1]) if ancestors else None
        tag, inside = node.tag, [*ancestors, node.tag]
        if tag in ("code", "pre"):
            content = "".join(node.itertext())
            code.append(content)
            hidden = [c for c in content if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c != "\n"]
            if hidden or tag == "code" and "pre" not in ancestors and "\n" in content:
                wrong.append(f"characters that nobody sees in code: {content!r}")
            if set(child.tag for child in node.iter()) - {"code", "pre"}:
                wrong.append(f"elements in code: {content!r}")
            return text(node.tail, "/".join(ancestors))
        if tag not in (ELEMENTS if is_comment else ELEMENTS | TABLE) and ancestors:
            wrong.append(f"element <{tag}>")
        attributes = dict(node.attrib)
        if tag == "a":
            seen["a"].append(attributes.pop("href", None))
        if attributes:
            wrong.append(f"attributes of <{tag}>: {attributes}")
        if tag in ("h2", "h3", "details", "blockquote") and ancestors != ["DOCUMENT_FRAGMENT"]:
            wrong.append(f"<{tag}> within {'/'.join(ancestors)}")
        if tag in ("h2", "h3") and not HEADINGS.fullmatch("".join(node.itertext())):
            wrong.append(f"heading {''.join(node.itertext())!r}")
        if tag in ("h2", "details"):
            seen[tag] += 1
        if tag == "details" and [child.tag for child in node][0] != "summary":
            wrong.append("<details> without <summary>")
        text(node.text, "/".join(inside))
        for child in node:
            walk(child, inside)
        if ancestors:
            text(node.tail, "/".join(ancestors))

    walk(tree, [])
    folds = len(re.findall(r"^<details>$", markdown, re.M))
    if (seen["h2"], seen["details"], seen["comment"]) != (1, folds, int(is_comment)) or seen["a"] != links:
        wrong.append(f"structure: {seen}, {folds} folds written, links {links}")
    if len(markdown.encode()) >= 65_000 or len(markdown) >= 65_000:
        wrong.append(f"{len(markdown.encode())} bytes")
    return wrong, code


def commands(text: str) -> list[str]:
    """Lines that the log of a CI system would obey, and characters that a terminal would."""
    lines = [line for line in re.split(r"[\r\n\x85\u2028\u2029]", text) if line.lstrip().startswith("::")]
    lines += re.findall(r".*##[A-Za-z0-9]*\[.*", text)
    return lines + re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\u200b]", text)
