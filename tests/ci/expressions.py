"""The `${{ … }}` of workflows and actions, as far as ours use them: names, texts, ==, !=, &&, ||, always(), format()."""

import re

TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<op>==|!=|&&|\|\||[(),])|(?P<name>[A-Za-z_][\w.-]*))")


class Reader:
    def __init__(self, source, contexts):
        self.tokens, at = [], 0
        source = source.strip()
        while at < len(source):
            match = TOKEN.match(source, at)
            if not match:
                raise SyntaxError(f"cannot read {source[at:]!r} in {source!r}")
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            at = match.end()
        self.contexts = contexts

    def next(self, *wanted):
        if self.tokens and self.tokens[0][1] in wanted and self.tokens[0][0] == "op":
            return self.tokens.pop(0)[1]
        return None

    def either(self):
        value = self.both()
        while self.next("||"):
            other = self.both()
            value = value if truth(value) else other
        return value

    def both(self):
        value = self.equal()
        while self.next("&&"):
            other = self.equal()
            value = other if truth(value) else value
        return value

    def equal(self):
        value = self.one()
        while op := self.next("==", "!="):
            other = self.one()
            value = (shown(value) == shown(other)) == (op == "==")
        return value

    def one(self):
        if self.next("("):
            value = self.either()
            assert self.next(")")
            return value
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if self.next("("):
            given = []
            while not self.next(")"):
                given.append(self.either())
                self.next(",")
            if text == "format":
                return given[0].format(*given[1:])
            assert text in ("always", "success"), text
            return True if text == "always" else self.contexts["success"]
        value = self.contexts
        for part in text.split("."):
            value = value.get(part, "") if isinstance(value, dict) else ""
        return value


def truth(value):
    return value not in ("", False, None, 0)


def shown(value):
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def evaluate(source, contexts):
    reader = Reader(source, contexts)
    value = reader.either()
    assert not reader.tokens, source
    return value


def filled(text, contexts):
    """A text with every expression in it replaced."""
    if not isinstance(text, str):
        return str(shown(text))
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(shown(evaluate(found[1], contexts))), text)


def holds(condition, contexts):
    """Whether a step or job runs: without a status function of its own, only while all went well."""
    if condition is None:
        return contexts["success"]
    condition = str(condition).strip().removeprefix("${{").removesuffix("}}")
    if "always()" not in condition and not contexts["success"]:
        return False
    return truth(evaluate(condition, contexts))
