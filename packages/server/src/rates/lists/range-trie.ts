import { type AddressRange, type AddressWords, readAddress } from '../address-words.ts';

interface Node<T> {
  readonly words: AddressWords;
  readonly bits: number;
  zero: Node<T> | null;
  one: Node<T> | null;
  /** Entries of exactly this range; null where the node only forks. */
  values: T[] | null;
}

/**
 * Ranges of addresses as a radix trie over 128 bits with compressed paths: a look walks at most as many nodes as ranges lie within one another, plus the
 * forks between them. Ranges come and go in place.
 */
export class RangeTrie<T> {
  #root: Node<T> | null = null;
  #size = 0;
  readonly #words: AddressWords = new Uint32Array(4);

  /** Number of entries. */
  get size(): number {
    return this.#size;
  }

  add({ words, bits }: AddressRange, value: T): void {
    this.#size += 1;
    if (this.#root === null) {
      this.#root = leaf(words, bits, value);
      return;
    }
    let parent: Node<T> | null = null;
    let node: Node<T> = this.#root;
    for (;;) {
      const common = commonBits(node.words, words, Math.min(node.bits, bits));
      if (common < node.bits) {
        this.#replace(parent, node, fork(node, words, bits, common, value));
        return;
      }
      if (bits === node.bits) {
        if (node.values === null) node.values = [value];
        else node.values.push(value);
        return;
      }
      const next: Node<T> | null = bitAt(words, node.bits) === 0 ? node.zero : node.one;
      if (next === null) {
        attach(node, leaf(words, bits, value));
        return;
      }
      parent = node;
      node = next;
    }
  }

  /** False when there was no such entry. */
  remove({ words, bits }: AddressRange, value: T): boolean {
    let grand: Node<T> | null = null;
    let parent: Node<T> | null = null;
    let node = this.#root;
    while (node !== null && node.bits < bits) {
      grand = parent;
      parent = node;
      node = bitAt(words, node.bits) === 0 ? node.zero : node.one;
    }
    if (node === null || node.bits !== bits || commonBits(node.words, words, bits) < bits) return false;
    const at = node.values?.indexOf(value) ?? -1;
    if (node.values === null || at < 0) return false;
    this.#size -= 1;
    node.values.splice(at, 1);
    if (node.values.length > 0) return true;
    node.values = null;
    this.#prune(parent, node);
    // The fork above may now lead one way only.
    if (parent !== null && parent.values === null) this.#prune(grand, parent);
    return true;
  }

  /** Tells every entry whose range holds the address, widest first. False when the text is no address. */
  visit(address: string, see: (value: T) => void): boolean {
    const words = this.#words;
    if (!readAddress(address, words)) return false;
    let node = this.#root;
    while (node !== null && commonBits(node.words, words, node.bits) === node.bits) {
      if (node.values !== null) for (const value of node.values) see(value);
      if (node.bits === 128) break;
      node = bitAt(words, node.bits) === 0 ? node.zero : node.one;
    }
    return true;
  }

  /** Whether any range holds the address. */
  has(address: string): boolean {
    const words = this.#words;
    if (!readAddress(address, words)) return false;
    let node = this.#root;
    while (node !== null && commonBits(node.words, words, node.bits) === node.bits) {
      if (node.values !== null) return true;
      if (node.bits === 128) return false;
      node = bitAt(words, node.bits) === 0 ? node.zero : node.one;
    }
    return false;
  }

  /** Takes a node without entries out, unless it still forks. */
  #prune(parent: Node<T> | null, node: Node<T>): void {
    if (node.zero !== null && node.one !== null) return;
    this.#replace(parent, node, node.zero ?? node.one);
  }

  #replace(parent: Node<T> | null, node: Node<T>, by: Node<T> | null): void {
    if (parent === null) this.#root = by;
    else if (parent.zero === node) parent.zero = by;
    else parent.one = by;
  }
}

const leaf = <T>(words: AddressWords, bits: number, value: T): Node<T> => ({
  words,
  bits,
  zero: null,
  one: null,
  values: [value],
});

function attach<T>(node: Node<T>, child: Node<T>): void {
  if (bitAt(child.words, node.bits) === 0) node.zero = child;
  else node.one = child;
}

/** A node above `node` where the two part, or that is the new range itself. */
function fork<T>(node: Node<T>, words: AddressWords, bits: number, common: number, value: T): Node<T> {
  const above: Node<T> = { words, bits: common, zero: null, one: null, values: common === bits ? [value] : null };
  attach(above, node);
  if (common < bits) attach(above, leaf(words, bits, value));
  return above;
}

function bitAt(words: AddressWords, at: number): number {
  return ((words[at >>> 5] ?? 0) >>> (31 - (at & 31))) & 1;
}

/** Number of leading bits that two addresses share, at most `limit`. */
function commonBits(a: AddressWords, b: AddressWords, limit: number): number {
  for (let word = 0, from = 0; from < limit; word += 1, from += 32) {
    const differ = (a[word] ?? 0) ^ (b[word] ?? 0);
    if (differ !== 0) return Math.min(limit, from + Math.clz32(differ));
  }
  return limit;
}
