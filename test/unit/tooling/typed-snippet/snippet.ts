/** Stands in for the snippets that lint-rules.test.ts lints under this name. */
export type Snippet = string;
