import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const DOCS = path.resolve('docs');
const text = readFileSync(path.join(DOCS, 'security.md'), 'utf8');

/** The list's entries: a sentence each, and the tests beside it as links. */
const entries = text
  .split(/^- /m)
  .slice(1)
  .map((entry) => {
    const [body = ''] = entry.split(/^#/m);
    const tests = [...body.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)].map(
      ([, title = '', file = '']) => {
        return { title, file };
      },
    );
    return { sentence: body.split(/\s*\[/)[0] ?? '', tests };
  });

/** What tests and groups of tests are called in a file, as they are written there. */
function titlesIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(it|describe)\b/.test(node.expression.getText(source))) {
      titles.push(node.arguments[0]?.getText(source).slice(1, -1) ?? '');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

describe('docs/security.md', () => {
  it('has a test beside each sentence, and says little else', () => {
    expect(entries.filter(({ tests }) => tests.length === 0)).toEqual([]);
    const [introduction = '', ...rest] = text.split(/^- /m)[0]?.split('\n\n').slice(1) ?? [];
    expect(introduction.split('. ')).toHaveLength(1);
    expect(rest.every((part) => part.startsWith('## ') || part === '')).toBe(true);
  });

  it.each(entries.map(({ sentence, tests }) => [sentence, tests] as const))(
    'says what is tested: %s',
    (_, tests) => {
      for (const { title, file } of tests) {
        const source = path.join(DOCS, file);
        expect(existsSync(source), `${file} is not there`).toBe(true);
        expect(titlesIn(source), file).toContain(title);
      }
    },
  );
});
