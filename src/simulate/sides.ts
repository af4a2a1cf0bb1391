import { type Descent, sidesOf } from "../optimisers/index.js";
import type { AnyRequest, RequestedNumber } from "./request.js";

/** The requests of a request's descents, each with its own controls; of one that has none no number is less any. */
export function descentsOf(request: AnyRequest): readonly (AnyRequest & { readonly spacetime: Descent })[] {
  const { controls, minusControls, ...plain } = request;
  return sidesOf(request.spacetime).map((spacetime, place) => {
    const own = place === 0 ? controls : minusControls;
    const numbers = own === undefined ? plain.numbers.map(withoutControl) : plain.numbers;
    return { ...plain, numbers, spacetime, ...(own === undefined ? {} : { controls: own }) };
  });
}

function withoutControl(number: RequestedNumber): RequestedNumber {
  if (!("control" in number)) {
    return number;
  }
  const { control: _, ...rest } = number;
  return rest;
}
