import { expect, test } from "vitest";
import { keyOfSeed, philoxBlock, roundKeys } from "../../../src/compile/philox.js";
import { standardNormals } from "../../../src/compile/standard-normals.js";
import { normalOfWord } from "./normal-oracle.js";

test("normals of a stream are those of the words that the page on streams names", () => {
  const block = new Uint32Array(4);
  const normals = standardNormals(7, 10);
  normals.forEach((normal, index) => {
    philoxBlock(roundKeys(keyOfSeed(7)), Math.floor(index / 4), 1, 0, 2 ** 31, block);
    expect(Math.abs(normal - normalOfWord(block[index % 4]!))).toBeLessThan(1e-10);
  });
});

test("the first normals of stream 1 have these bits on every machine", () => {
  expect([...standardNormals(1, 6)]).toEqual([
    -1.206968205610095, -0.5095937775249683, -0.5584099099351251, 0.5091988235670777, -1.156653584129535,
    0.3399371934352894,
  ]);
});

test("a longer tensor begins as a shorter one of its stream does, and other streams are others", () => {
  expect([...standardNormals(2, 9)].slice(0, 5)).toEqual([...standardNormals(2, 5)]);
  expect(standardNormals(2, 1)[0]).not.toBe(standardNormals(3, 1)[0]);
});

test("normals have mean 0, variance 1 and no correlation with their neighbours", () => {
  const normals = standardNormals(5, 40_000);
  const mean = (values: (index: number) => number) => {
    let sum = 0;
    for (let index = 1; index < normals.length; index++) {
      sum += values(index);
    }
    return sum / (normals.length - 1);
  };
  expect(Math.abs(mean((index) => normals[index]!))).toBeLessThan(0.02);
  expect(Math.abs(mean((index) => normals[index]! ** 2) - 1)).toBeLessThan(0.03);
  expect(Math.abs(mean((index) => normals[index]! * normals[index - 1]!))).toBeLessThan(0.02);
});
