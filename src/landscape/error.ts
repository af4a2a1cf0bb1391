/** A landscape that cannot be used as asked: one line which says what is wrong, where, and what to do. */
export class LandscapeError extends Error {
  constructor(landscape: string, message: string) {
    super(`landscape ${landscape}: ${message}`);
    this.name = "LandscapeError";
  }
}
