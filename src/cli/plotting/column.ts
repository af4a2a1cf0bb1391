/** How wide a column of a paper is, in inches. */
export const columnInches = 3.3;
