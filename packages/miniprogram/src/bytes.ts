/** Whether the value is an `ArrayBuffer`, also one from another realm: the platform's bridge is not the page's. */
export function isBytes(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}
