// Keyboard and mouse in the matrix: one cell is in the tab order, the others are reached from it.

/** Puts a cell in the tab order, and shows its details if the panel is open. */
function activate(cell) {
  const before = cellAt(grid.active);
  if (before !== null) before.tabIndex = -1;
  grid.rows.get(grid.active.row)?.node.classList.remove("active");
  grid.active = cell;
  const now = cellAt(cell);
  if (now !== null) now.tabIndex = 0;
  grid.rows.get(cell.row)?.node.classList.add("active");
  if (details.isOpen) showDetails();
}

function showDetails() {
  const { row, column } = grid.active;
  const workspace = column < FIXED.length ? null : grid.workspaces[column - FIXED.length];
  if (row >= 0) openDetails(grid.people[row], workspace);
  else if (workspace !== null) openDetails(null, workspace);
}

function focusCell() {
  cellAt(grid.active)?.focus({ preventScroll: true });
}

/** Moves the focus to a cell and scrolls to it. */
function goTo(row, column) {
  const columns = FIXED.length + grid.workspaces.length;
  const cell = {
    row: Math.max(-1, Math.min(grid.people.length - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  };
  const { scroller, edges, headHeight } = grid;
  if (cell.row >= 0) {
    const [top, bottom] = [cell.row * ROW, (cell.row + 1) * ROW];
    const height = scroller.clientHeight - headHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (bottom > scroller.scrollTop + height) scroller.scrollTop = bottom - height;
  }
  if (cell.column > 0) {
    const [left, right] = [edges[cell.column], edges[cell.column + 1]];
    if (left - edges[1] < scroller.scrollLeft) scroller.scrollLeft = left - edges[1];
    else if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth;
  }
  activate(cell);
  paint();
  const node = cellAt(cell);
  node.tabIndex = 0;
  grid.rows.get(cell.row)?.node.classList.add("active");
  node.focus({ preventScroll: true });
}

function sortBy(column) {
  const sort = sortOf(column, grid.workspaces);
  // Dates and counts sort by their more interesting end first; a second click reverses the order.
  ask({ sort, down: state.sort === sort ? !state.down : false });
}

function onKey(event) {
  const { row, column } = grid.active;
  if (event.altKey || event.metaKey || placeOf(event.target) === null) return;
  const step = Math.max(1, Math.floor((grid.scroller.clientHeight - grid.headHeight) / ROW) - 1);
  const far = FIXED.length + grid.workspaces.length - 1;
  const moves = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: event.ctrlKey ? [-1, 0] : [row, 0],
    End: event.ctrlKey ? [grid.people.length - 1, far] : [row, far],
    PageUp: [Math.max(0, row - step), column],
    PageDown: [row + step, column],
  };
  const move = moves[event.key];
  if (move !== undefined) goTo(...move);
  else if (event.key === "Enter" || event.key === " ") {
    if (row === -1 && !(event.key === "Enter" && event.shiftKey)) sortBy(column);
    else showDetails();
  } else if (event.key === "Escape" && details.isOpen) closeDetails();
  else return;
  event.preventDefault();
}

function onClick(event) {
  const cell = placeOf(event.target);
  if (cell === null) return;
  goTo(cell.row, cell.column);
  if (cell.row === -1) sortBy(cell.column);
  else showDetails();
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, select, textarea") !== null;
  if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    byId("filter-people").focus();
  } else if (event.key === "Escape" && details.isOpen && !isTyping) closeDetails();
});
