import { readdirSync, readFileSync } from 'node:fs'
import { marked, type Token, type Tokens } from 'marked'

/** A Markdown file of this repository. */
export interface Document {
  readonly path: string
  readonly links: readonly string[]
  /** What links may name after `#`, as GitHub makes them of headings. */
  readonly anchors: ReadonlySet<string>
  readonly yaml: readonly string[]
}

const FOLDERS = ['.', 'docs', 'policies']

export const listDocuments = (): Document[] =>
  FOLDERS.flatMap(folder => readdirSync(folder).map(name => (folder === '.' ? name : `${folder}/${name}`)))
    .filter(path => path.endsWith('.md'))
    .map(readDocument)

export function readDocument(path: string): Document {
  const tokens: Token[] = []
  void marked.walkTokens(marked.lexer(readFileSync(path, 'utf8')), token => {
    tokens.push(token)
  })
  const of = <T extends Token>(type: T['type']) => tokens.filter((token): token is T => token.type === type)
  return {
    path,
    links: [
      ...[...of<Tokens.Link>('link'), ...of<Tokens.Image>('image')].map(({ href }) => href),
      ...of<Tokens.HTML>('html').flatMap(({ text }) => linksOfHtml(text))
    ],
    anchors: new Set(of<Tokens.Heading>('heading').map(({ text }) => toAnchor(text))),
    yaml: of<Tokens.Code>('code').flatMap(({ lang, text }) => (lang === 'yaml' ? [text] : []))
  }
}

const linksOfHtml = (html: string): string[] =>
  [...html.matchAll(/\b(?:src|srcset|href)="([^"]+)"/g)].map(([, link = '']) => link)

const toAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
