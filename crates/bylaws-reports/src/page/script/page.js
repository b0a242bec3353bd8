"use strict";
// The data of the page, and functions that create elements: from text only, never from markup.

const page = JSON.parse(document.getElementById("data").textContent);

/** Whether the window is as small as a phone's when the page opens: then the list comes first, and keys are not mentioned. */
const isSmall = matchMedia("(max-width: 599px)").matches;
for (const person of page.people) person.role ??= "not a member";

/** Creates an element. Attributes that are null or false are left out; children are elements or texts. */
function el(tag, attributes, ...children) {
  return filledIn(document.createElement(tag), attributes, children);
}

/** Creates an SVG element. */
function svg(tag, attributes, ...children) {
  return filledIn(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function filledIn(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function byId(id) {
  return document.getElementById(id);
}

/** The body of a section. */
function bodyOf(section) {
  return byId(`${section}-body`);
}

/** Whether a part of the document is available; otherwise shows why not. */
function isRead(section, part) {
  const read = part !== null && part !== undefined && part.not_read === undefined;
  if (!read) bodyOf(section).append(el("p", { class: "soft" }, `not read: ${part?.not_read ?? "the reason is unknown"}`));
  return read;
}

/** A list of terms and values; a pair whose value is null is left out. */
function facts(pairs) {
  const list = el("dl", { class: "facts" });
  for (const [term, value] of pairs) {
    if (value !== null && value !== undefined) list.append(el("div", {}, el("dt", {}, term), el("dd", {}, value)));
  }
  return list;
}

/** A table in a scrollable box. Cells of the first column are headers of their rows. */
function table(caption, heads, rows) {
  const head = el("tr", {}, ...heads.map(({ text, kind }) => el("th", { scope: "col", class: kind }, text)));
  const body = rows.map(({ cells, kind }) =>
    el("tr", { class: kind }, ...cells.map((cell, at) =>
      at === 0
        ? el("th", { scope: "row", class: heads[at].kind }, cell)
        : el("td", { class: heads[at].kind }, cell))));
  const box = el("div", { class: "table", tabindex: "0", role: "region", "aria-label": caption });
  box.append(el("table", {}, el("thead", {}, head), el("tbody", {}, ...body)));
  return box;
}

/** A count with its noun: `1 person`, `1,234 people`. */
function counted(count, one, many) {
  return `${grouped(String(count))} ${count === 1 ? one : many}`;
}
