import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));

/** @returns The code of the README's example with this name, exactly as a reader would copy it. */
export function readmeExample(name: 'page' | 'worker' | 'testing'): string {
  const readme = readFileSync(pathOf('README.md'), 'utf8');
  const code = new RegExp(`<!-- example: ${name} -->\\n\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (code === undefined) throw new Error(`README.md has no example "${name}"`);
  return code;
}

/** What users read, by its path in the repository: the README and the pages under `docs`. */
export function userDocs(): ReadonlyMap<string, string> {
  const pages = readdirSync(pathOf('docs')).filter((name) => name.endsWith('.md'));
  const names = ['README.md', 'CHANGELOG.md', ...pages.map((name) => `docs/${name}`)];
  return new Map(names.map((name) => [name, readFileSync(pathOf(name), 'utf8')]));
}

/** Every piece of TypeScript in them, in the order of its place: `README.md:39`, its first line being the 39th. */
export function codeSamples(): ReadonlyMap<string, { readonly language: 'ts' | 'tsx'; readonly code: string }> {
  const samples = new Map<string, { readonly language: 'ts' | 'tsx'; readonly code: string }>();
  for (const [name, text] of userDocs()) {
    for (const { 1: language, 2: code = '', index } of text.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)) {
      samples.set(`${name}:${text.slice(0, index).split('\n').length + 1}`, { language: language as 'ts' | 'tsx', code });
    }
  }
  return samples;
}
