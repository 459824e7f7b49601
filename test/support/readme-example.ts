import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @returns The code of the README's example with this name, exactly as a reader would copy it. */
export function readmeExample(name: 'page' | 'worker' | 'testing'): string {
  const readme = readFileSync(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  const code = new RegExp(`<!-- example: ${name} -->\\n\`\`\`ts\\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  if (code === undefined) throw new Error(`README.md has no example "${name}"`);
  return code;
}
