/** Summaries that wait in the browser until the server has taken them: nothing is lost while it is away. */

/** The part of `localStorage` that is used. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export type Post = (url: string, body: string) => Promise<{ readonly ok: boolean; readonly status: number }>;

interface Waiting {
  readonly url: string;
  readonly id: string;
  readonly summary: unknown;
}

const KEY = "kneewise.coach.waiting";

/** Where the summaries of this browser wait. Where it keeps nothing, they wait as long as the page is open. */
export class Outbox {
  readonly #shelf: Shelf | null;
  readonly #post: Post;
  #memory: readonly Waiting[] = [];
  #sending: Promise<number> | null = null;

  constructor(shelf: Shelf | null, post: Post) {
    this.#shelf = shelf;
    this.#post = post;
  }

  /** How many are waiting. */
  get size(): number {
    return this.#read().length;
  }

  put(url: string, summary: { readonly id: string }): void {
    this.#write([...this.#read().filter(({ id }) => id !== summary.id), { url, id: summary.id, summary }]);
  }

  /** Try to hand over everything, oldest first; returns how many still wait. */
  async send(): Promise<number> {
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = null));
    return this.#sending;
  }

  async #sendAll(): Promise<number> {
    for (const waiting of this.#read()) {
      const taken = await this.#post(waiting.url, JSON.stringify(waiting.summary)).then(
        // 409: it was taken before, and the answer was lost.
        ({ ok, status }) => ok || status === 409,
        () => false,
      );
      if (taken) this.#write(this.#read().filter(({ id }) => id !== waiting.id));
    }
    return this.size;
  }

  #read(): readonly Waiting[] {
    try {
      const text = this.#shelf?.getItem(KEY);
      return text ? merge(JSON.parse(text) as Waiting[], this.#memory) : this.#memory;
    } catch {
      return this.#memory;
    }
  }

  #write(all: readonly Waiting[]): void {
    this.#memory = all;
    try {
      this.#shelf?.setItem(KEY, JSON.stringify(all));
      if (this.#shelf) this.#memory = [];
    } catch {
      // The shelf is full or closed; the memory holds it while the page is open.
    }
  }
}

function merge(kept: readonly Waiting[], remembered: readonly Waiting[]): readonly Waiting[] {
  const ids = new Set(remembered.map(({ id }) => id));
  return [...kept.filter(({ id }) => !ids.has(id)), ...remembered];
}
