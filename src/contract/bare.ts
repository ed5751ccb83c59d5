// A declared function: the prototype of a class cannot be replaced, and an arrow has none.
function Bare(): void {}
Bare.prototype = Object.create(null)

/**
 * Makes an object without anything to inherit: `__proto__` and `constructor` are members like any other. Unlike what
 * `Object.create(null)` gives, engines keep it as compact and quick as an object literal.
 */
export function bareObject<T>(): Record<string, T> {
  return new (Bare as unknown as new () => Record<string, T>)() // as: TypeScript sees constructors in classes only
}
