/** Files that are sound, or broken as users break them; generated files are made by damaging them. */
export const sources: readonly string[] = [
  `import "other.diag"

/** Skewed noise: [a link](https://example.org) and \`code\`. */
train multi_epoch diagram skew { a, b, c -> j -> test part S = {a, b} part {c, test} }
diagram pair = (01-2)(02-12)
landscape l {
  param a = 1/2
  let k = a^2
  weights u = 0.5, w = -a
  data x ~ discrete(-1: 2/3, 2: 1/3), y ~ normal(0, 1)
  data p, q from "points.csv"
  loss exp(u*x) + k*y^2 + pow(w, 2)*(p - q)
}
verify v {
  landscape l
  sgd(N = 10, E = 1, B = 1, shuffle = same)
  eta = 0.1, 0.2
  observe test_loss, displacement(u, w)
  predict pair
  sum = exact
  trials = 10
  seed = 1
}
`,
  `diagram drift {
  a, b -> j -> out           // chains
  part {a, b}
}
diagram link { a -> m -> out }
diagram twelve = (0-1-2-3-4-5-6-7-8-9-10-11)(0.11-1.11-2.11-3.11-4.11-5.11-6.11-7.11-8.11-9.11-10.11)
landscape archimedes {
  weights u = 0, v = 0, z = 0
  data x ~ normal(0, 1)
  loss (u^2 + v^2 + (cos(z)*u + sin(z)*v)^2) / 2 + x * (cos(z - pi/4)*u + sin(z - pi/4)*v)
}
verify swirl { landscape archimedes gd(N = 2, T = 3) eta = 0.1 observe displacement(z) predict drift }
`,
  `landscape two_points {
  param a = 1/2
  weights t = 0.5
  data x ~ discrete(-1: 2/3, 2: 1/3), keep ~ bernoulli(a), z ~ uniform(-1, 1)
  let s = logsumexp(t, x, 0) + softplus(t) - log(1 + exp(t * x))
  loss a*x*t + t^2/2 + x^2*t^3/42 + s^2 * keep / (1 + z^2)
}
verify two { landscape two_points sgd(4, 2, 2, shuffle = reshuffled) eta = 1/10 observe gen_gap predict over }
train diagram over { a -> t part {a, t} }
multi_epoch diagram echo { a, b -> j -> out  part {a, j} }
verify three { landscape two_points gd(2, 2) eta = 0.1 observe test_loss, train_loss, variance(t), covariance(test_loss, t) predict series 2 }
`,
  `landscape net {
  param n = 2
  data x[2] ~ normal(0, 1), label ~ bernoulli(1/2)
  weights A[n, 2] = randn(1), a[n] = 0, B[n, 2] = randn(2), K[1, 1, 1, 2] = 1/2, s = 0.1
  let h = tanh(xavier(A) @ x + a)
  let image = conv(reshape(x, 2, 1, 1), K, stride = 1)
  loss cross_entropy(B @ h, label) + s * sum(square(A)) + mean(image[0], axis = -1)[0] + dot(h, transpose(B)[1])
}
landscape rows {
  data p[2] from "points.csv" take 2
  weights A[2] = from "start.npy", B[2, 2] = from "all.safetensors" "B"
  loss squared_error(A, p) + logsumexp(flatten(B)) + sum(softmax(concat(A, p)))
}
verify deep { landscape net gdc(N = 2, T = 2) eta = 0.1 observe displacement(A), size = sum(A^2) predict order 1 metric A: 2 }
`,
  `diagram cyclic { a -> b -> c  c -> a }
diagram parents { a -> b -> out  a -> out }
diagram roots { a, b -> test  c -> tset }
diagram parts { a, b, c -> out  part P = {a, b}  part {b, c} }
diagram open { a, b -> c
landscape odd { weights w = 0, = 3 data x ~ normal(0, -1), ~ y loss w * z + sin }
verify half { landscape odd sgd(N = 1,
}
stray words
import "nowhere.diag"
import "other.diag
verify observe { landscape odd gd(N = 4, T = 3) eta = 0.1 observe displacement(x) predict order 3 }
`,
];

/** What the files of the other names hold. */
export const besides: Readonly<Record<string, string>> = {
  "other.diag":
    "diagram far = (0-1)(01)\nlandscape sea { weights h = 0 data x ~ normal(0, 1) loss (h - x)^2 / 2 }\n",
  "points.csv": "p,q\n1,2\n2,1\n0,0.5\n",
};

/** Every word and sign of the grammar, and some that stand where names and numbers do. */
export const words: readonly string[] = [
  ..."import diagram landscape verify train multi_epoch part weights param let data from loss sgd gd eta".split(
    " ",
  ),
  ..."observe predict order series sum trials seed exact integral same reshuffled shuffle N E B T".split(" "),
  ..."test_loss train_loss gen_gap displacement normal uniform bernoulli discrete exp log sin logsumexp".split(
    " ",
  ),
  ..."pow pi x y w a b c out l d v pair skew sea far".split(" "),
  ..."{ } { } ( ) ( ) , , , -> -> = = ~ : + - * / ^ ** . [ ] [ ] @ A[ randn( sum( conv( xavier( idx( npy( take axis = relu(".split(
    " ",
  ),
  ..."0 1 2 10 0.5 1e3 1e308 .5 01 012 99999999999 (01-2)(02-12) (0)()".split(" "),
  '"other.diag"',
  '"points.csv"',
  '"gone.diag"',
  '"',
  "/*",
  "*/",
  "// words",
  "/** words */",
];

/** Characters that texts seldom hold, and readers seldom expect. */
export const oddities: readonly string[] = [
  ..."\u0000\ufeff\ufffd\u2028\u2029\u0085\u00a0\u200b\u200d\u202e\u2066\u00ad\u0301\u001b\u0007\u007f",
  ..."\ud800|\udc00|\ud83d\ude00|\ud835\udc65|\u00b7|\u2212|\u00d7|\u00b2|\u2192|\u201c|\u00bd|\uff5b|\u2083".split(
    "|",
  ),
  ..."@#$%&|;?!<>[]\\'`",
  "\u{1d6c8}",
  "größe",
  "θ",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
];
