// Makes pages of documents with the program's own code, and keeps them in a folder.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [, , MAKE, FOLDER] = process.argv;
const MAKE_CONTROLLER = join(dirname(MAKE), "controller_page");

/** The file of the page of this document. */
export function page(name, document) {
  return written(MAKE, name, document);
}

/** The file of the page of the controller with this status. */
export function controllerPage(name, status) {
  return written(MAKE_CONTROLLER, name, status);
}

function written(make, name, document) {
  const html = execFileSync(make, { input: JSON.stringify(document), maxBuffer: 1 << 28 });
  const file = join(FOLDER, `${name}.html`);
  writeFileSync(file, html);
  return file;
}

export function picture(name) {
  return join(FOLDER, `${name}.png`);
}
