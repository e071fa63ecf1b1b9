/** Reads a header field from left to right; every step moves on, so that no input takes more than linear time. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  peek(): string {
    return this.#text[this.#at] ?? '';
  }

  /** Steps over one character if it is that one. */
  eat(character: string): boolean {
    if (this.peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  step(): void {
    this.#at += 1;
  }

  /** What a sticky pattern matches here; it may be empty. */
  take(sticky: RegExp): string {
    sticky.lastIndex = this.#at;
    const taken = sticky.exec(this.#text)?.[0] ?? '';
    this.#at += taken.length;
    return taken;
  }

  /** A quoted-string with backslash escapes (RFC 9110, 5.6.4); an unfinished one ends with the text. */
  quoted(): string {
    this.step();
    const inside = this.take(/(?:[^"\\]|\\.)*/sy);
    this.step();
    return inside.replace(/\\(.)/gs, '$1');
  }

  /** A parameter's value after its `=`: quoted, or up to what `plain` allows. */
  value(plain: RegExp): string {
    this.take(/[\t ]*/y);
    return this.peek() === '"' ? this.quoted() : this.take(plain);
  }
}
