// Makes pages of documents with the program's own code, and keeps them in a folder.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const [, , MAKE, FOLDER] = process.argv;

/** The file of the page of this document. */
export function page(name, document) {
  const html = execFileSync(MAKE, { input: JSON.stringify(document), maxBuffer: 1 << 28 });
  const file = join(FOLDER, `${name}.html`);
  writeFileSync(file, html);
  return file;
}

export function picture(name) {
  return join(FOLDER, `${name}.png`);
}
