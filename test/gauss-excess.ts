/** A block of a file that is quick to run: the excess loss of Gauss, of the first order. */
export const gaussExcess = `landscape gauss {
  weights h = 0
  data x ~ normal(0, 1)
  loss (h + x^2 * exp(-h)) / 2
}
verify excess {
  landscape gauss
  sgd(N = 10, E = 1, B = 1)
  eta = 0.1
  observe test_loss
  predict order 1
  seed = 7
}
`;
