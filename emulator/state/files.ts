import { randomUUID } from 'node:crypto';

/** A file as it was uploaded. */
export type StoredFile = {
  readonly id: string;
  /** What a download must name, if `isRestricted`. */
  readonly secret: string;
  readonly isRestricted: boolean;
  readonly by: string;
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly filename: string;
  /** What else the request said: its query, and the form's other parts. */
  readonly query: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
};

/** The files of one emulator, in the order they came. */
export interface Files {
  add(file: Omit<StoredFile, 'id' | 'secret'>): StoredFile;
  find(id: string): StoredFile | undefined;
  list(): readonly StoredFile[];
}

export function createFiles(): Files {
  const files = new Map<string, StoredFile>();
  return {
    add(file) {
      const id = randomUUID();
      const stored = { ...file, id, secret: `secret-${id}` };
      files.set(id, stored);
      return stored;
    },
    find: (id) => files.get(id),
    list: () => [...files.values()],
  };
}
