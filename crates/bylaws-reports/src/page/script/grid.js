// The matrix: a grid in which only the visible cells exist. Rows and columns are added and removed while it scrolls;
// the cell with the focus is kept, so that the focus is never lost.

const ROW = 30;
const SEAT = 36;
const AROUND = 3;

const grid = {
  scroller: null, box: null, head: null, body: null, width: 0,
  rows: new Map(), people: [], workspaces: [],
  edges: [0], headHeight: 44, isTall: false,
  // -1 is the head row.
  active: { row: -1, column: 0 },
};

function makeGrid() {
  grid.box = el("div", { class: "grid", role: "grid", "aria-label": "Access of people to workspaces", "aria-describedby": "keys" });
  grid.scroller = el("div", { class: "scroller screen" }, grid.box);
  grid.scroller.addEventListener("scroll", () => paint(), { passive: true });
  new ResizeObserver(() => {
    // A hidden element has no size to measure.
    if (grid.head === null || grid.scroller.clientWidth === 0) return;
    if (grid.scroller.clientWidth === grid.width) paint();
    else {
      measureGrid();
      paint(true);
    }
  }).observe(grid.scroller);
  grid.box.addEventListener("keydown", onKey);
  grid.box.addEventListener("click", onClick);
  grid.box.addEventListener("focusin", (event) => {
    const cell = placeOf(event.target);
    if (cell !== null) activate(cell);
  });
  return grid.scroller;
}

/** Shows these people and workspaces, scrolled to the start. */
function fillGrid({ people, workspaces }) {
  Object.assign(grid, { people, workspaces });
  const columns = FIXED.length + workspaces.length;
  grid.active = { row: Math.min(grid.active.row, people.length - 1), column: Math.min(grid.active.column, columns - 1) };
  grid.box.setAttribute("aria-rowcount", String(people.length + 1));
  grid.box.setAttribute("aria-colcount", String(columns));
  measureGrid();
  grid.scroller.scrollTop = 0;
  paint(true);
}

/** The positions of columns: workspaces share the free space, and are narrow if there are many. */
function measureGrid() {
  const width = grid.scroller.clientWidth;
  grid.width = width;
  const isNarrow = width < 640;
  const fixed = isNarrow ? [160, 110, 104, 104] : [280, 150, 104, 110];
  const free = width - fixed.reduce((total, one) => total + one, 0);
  const count = grid.workspaces.length;
  const longest = grid.workspaces.reduce((most, at) => Math.max(most, page.workspaces[at].name.length), 0);
  const wide = count === 0 ? 0 : Math.floor(free / count);
  // Names are horizontal if there is room for them, and vertical if not.
  grid.isTall = wide < Math.min(120, longest * 7.5 + 36);
  const seat = grid.isTall ? SEAT : Math.min(wide, 180);
  grid.headHeight = grid.isTall ? Math.min(190, Math.max(80, Math.min(longest, 22) * 7.5 + 30)) : 40;
  grid.edges = [0];
  for (const one of [...fixed, ...new Array(count).fill(seat)]) grid.edges.push(grid.edges.at(-1) + one);
  grid.box.style.width = `${grid.edges.at(-1)}px`;
  grid.box.style.height = `${grid.headHeight + grid.people.length * ROW}px`;
}

/** The visible rows and columns, and some around them. */
function seen() {
  const { scrollTop, scrollLeft, clientHeight, clientWidth } = grid.scroller;
  const columns = FIXED.length + grid.workspaces.length;
  const first = Math.max(0, Math.floor(scrollTop / ROW) - AROUND);
  const last = Math.min(grid.people.length - 1, Math.ceil((scrollTop + clientHeight - grid.headHeight) / ROW) + AROUND);
  let left = 0;
  while (left < columns - 1 && grid.edges[left + 1] < scrollLeft) left += 1;
  let right = left;
  while (right < columns - 1 && grid.edges[right + 1] < scrollLeft + clientWidth) right += 1;
  // In steps, so that a small scroll does not change the columns.
  left = Math.max(0, Math.floor(left / 4) * 4 - 2);
  right = Math.min(columns - 1, Math.ceil((right + 1) / 4) * 4 + 1);
  const wantedColumns = new Set([0, ...between(left, right), grid.active.column]);
  const wantedRows = new Set(between(first, last));
  if (grid.active.row >= 0) wantedRows.add(grid.active.row);
  const ordered = (set) => [...set].sort((a, b) => a - b);
  return { rows: ordered(wantedRows), columns: ordered(wantedColumns) };
}

function between(first, last) {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at);
}

let painted = { rows: "", columns: "" };

/** Creates the visible cells and removes all others; `anew` recreates cells because their content changed. */
function paint(anew = false) {
  const { rows, columns } = seen();
  const now = { rows: rows.join(), columns: columns.join() };
  if (!anew && now.rows === painted.rows && now.columns === painted.columns) return;
  if (anew) {
    const hadFocus = grid.box.contains(document.activeElement);
    grid.rows.clear();
    grid.head = { node: rowOf(-1), cells: new Map() };
    grid.head.node.classList.add("head");
    const heads = el("div", { role: "rowgroup", class: "heads" }, grid.head.node);
    heads.style.height = `${grid.headHeight}px`;
    grid.head.node.style.height = heads.style.height;
    grid.body = el("div", { role: "rowgroup" });
    grid.box.replaceChildren(heads, grid.body);
    fill(columns, rows);
    if (hadFocus) focusCell();
  } else fill(columns, rows);
  painted = now;
}

function fill(columns, rows) {
  together(grid.head.node, grid.head.cells, columns, (column) => placed(headOf(column, grid.workspaces, grid.isTall), -1, column));
  together(grid.body, grid.rows, rows, rowWithCells);
  for (const row of rows) {
    const { node, cells } = grid.rows.get(row);
    together(node, cells, columns, (column) => placed(cellOf(grid.people[row], column, grid.workspaces), row, column));
  }
}

/** Sets the children of a node, in order, without moving any that is kept. */
function together(parent, known, wanted, make) {
  const keep = new Set(wanted);
  for (const [key, entry] of known) {
    if (!keep.has(key)) {
      (entry.node ?? entry).remove();
      known.delete(key);
    }
  }
  let next = parent.firstChild;
  for (const key of wanted) {
    const entry = known.get(key);
    if (entry !== undefined) {
      next = (entry.node ?? entry).nextSibling;
      continue;
    }
    const made = make(key);
    known.set(key, made);
    parent.insertBefore(made.node ?? made, next);
  }
}

function rowOf(row) {
  return el("div", { role: "row", class: "row", "aria-rowindex": String(row + 2) });
}

function rowWithCells(row) {
  const node = rowOf(row);
  node.style.top = `${grid.headHeight + row * ROW}px`;
  node.style.height = `${ROW}px`;
  node.style.width = `${grid.edges.at(-1)}px`;
  if (row === grid.active.row) node.classList.add("active");
  return { node, cells: new Map() };
}

/** Positions a cell; the cell of the person sticks to the left instead. */
function placed(cell, row, column) {
  cell.setAttribute("aria-colindex", String(column + 1));
  cell.tabIndex = row === grid.active.row && column === grid.active.column ? 0 : -1;
  cell.dataset.row = String(row);
  cell.dataset.column = String(column);
  if (column > 0) cell.style.left = `${grid.edges[column]}px`;
  cell.style.width = `${grid.edges[column + 1] - grid.edges[column]}px`;
  return cell;
}

function placeOf(target) {
  const cell = target.closest?.("[data-column]");
  return cell === null || cell === undefined ? null : { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
}

function cellAt({ row, column }) {
  return (row === -1 ? grid.head?.cells : grid.rows.get(row)?.cells)?.get(column) ?? null;
}
