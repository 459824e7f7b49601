/** Messages on their way at once from which on it is a rush: more than one person writes by hand. */
const MANY = 4;

/** Whether many messages are on their way at once. Then their answers are gathered, and what nobody waits for has to wait. */
export interface Rush {
  isOn(): boolean;
  /** Counts a message in until its promise settles, and returns that. */
  during<T>(sent: Promise<T>): Promise<T>;
}

/** @param onOver Called at the end of each rush. */
export function createRush(onOver: () => void): Rush {
  let underway = 0;
  return {
    isOn: () => underway >= MANY,
    async during(sent) {
      underway += 1;
      try {
        return await sent;
      } finally {
        underway -= 1;
        if (underway === MANY - 1) onOver();
      }
    },
  };
}
