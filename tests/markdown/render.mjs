// Renders each Markdown text of a JSON list as GitHub's dialect, raw HTML kept, as a JSON list. Line by line:
// one list in, one list out.
import {createInterface} from 'node:readline'
import {createRequire} from 'node:module'
import {pathToFileURL} from 'node:url'

const require = createRequire(process.argv[2] + '/')
const load = (name) => import(pathToFileURL(require.resolve(name)).href)
const {micromark} = await load('micromark')
const {gfm, gfmHtml} = await load('micromark-extension-gfm')

for await (const line of createInterface({input: process.stdin})) {
  const options = {extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true}
  console.log(JSON.stringify(JSON.parse(line).map((text) => micromark(text, options))))
}
