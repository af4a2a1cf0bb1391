import { squareDigits, sumDigits } from "./addresses.js";

/** Trials that may be added before carries must be moved on: a digit has room for 2^8 such numbers. */
export const mostUnnormalized = 128;

/**
 * `accumulate(values, finite, count, center, sum, squares)`: adds `x − center` and its square, exactly,
 * for those of `count` values whose trials are sound, and returns how many they were. Products may still be no finite
 * doubles; those are left out and not counted.
 *
 * A double is m · 2^(e − 1074); its integer m is added to the digits at bit e, and m², as
 * low² + 2·low·high·2^32 + high²·2^64, to those at bit 2e.
 */
export const collectFunctions = `
(func $accumulate (export "accumulate") (param $values i32) (param $finite i32) (param $count i32) (param $center f64) (param $sum i32) (param $squares i32) (result i32)
  (local $done i32) (local $bits i64) (local $m i64) (local $e i64) (local $s i64) (local $shift i64) (local $to i32)
  (local $low i64) (local $high i64) (local $t i64) (local $d1 i64) (local $d2 i64)
  (loop $each
    (if (f64.eq (f64.load (local.get $finite)) (f64.const 0)) (then
      (local.set $bits (i64.reinterpret_f64 (f64.sub (f64.load (local.get $values)) (local.get $center))))
      (local.set $e (i64.and (i64.shr_u (local.get $bits) (i64.const 52)) (i64.const 0x7ff)))
      (if (i64.ne (local.get $e) (i64.const 0x7ff)) (then
      (local.set $done (i32.add (local.get $done) (i32.const 1)))
      (local.set $m (i64.and (local.get $bits) (i64.const 0xfffffffffffff)))
      (if (i64.ne (local.get $e) (i64.const 0)) (then
        (local.set $m (i64.or (local.get $m) (i64.const 0x10000000000000)))
        (local.set $e (i64.sub (local.get $e) (i64.const 1)))))
      (local.set $s (i64.shr_s (local.get $bits) (i64.const 63)))
      (local.set $s (i64.sub (i64.xor (local.get $m) (local.get $s)) (local.get $s)))
      (local.set $shift (i64.and (local.get $e) (i64.const 31)))
      (local.set $to (i32.add (local.get $sum) (i32.shl (i32.wrap_i64 (i64.shr_u (local.get $e) (i64.const 5))) (i32.const 3))))
      (i64.store (local.get $to) (i64.add (i64.load (local.get $to))
        (i64.and (i64.shl (local.get $s) (local.get $shift)) (i64.const 0xffffffff))))
      (i64.store offset=8 (local.get $to) (i64.add (i64.load offset=8 (local.get $to))
        (i64.shr_s (local.get $s) (i64.sub (i64.const 32) (local.get $shift)))))
      (local.set $e (i64.shl (local.get $e) (i64.const 1)))
      (local.set $shift (i64.and (local.get $e) (i64.const 31)))
      (local.set $to (i32.add (local.get $squares) (i32.shl (i32.wrap_i64 (i64.shr_u (local.get $e) (i64.const 5))) (i32.const 3))))
      (local.set $low (i64.and (local.get $m) (i64.const 0xffffffff)))
      (local.set $high (i64.shr_u (local.get $m) (i64.const 32)))
      (local.set $t (i64.mul (local.get $low) (local.get $low)))
      (local.set $d1 (i64.add (i64.shr_u (local.get $t) (i64.const 32)) (i64.shl (i64.mul (local.get $low) (local.get $high)) (i64.const 1))))
      (local.set $d2 (i64.mul (local.get $high) (local.get $high)))
      (local.set $t (i64.shl (i64.and (local.get $t) (i64.const 0xffffffff)) (local.get $shift)))
      (i64.store (local.get $to) (i64.add (i64.load (local.get $to)) (i64.and (local.get $t) (i64.const 0xffffffff))))
      (i64.store offset=8 (local.get $to) (i64.add (i64.load offset=8 (local.get $to)) (i64.add
        (i64.shr_u (local.get $t) (i64.const 32))
        (i64.and (i64.shl (local.get $d1) (local.get $shift)) (i64.const 0xffffffff)))))
      (i64.store offset=16 (local.get $to) (i64.add (i64.load offset=16 (local.get $to)) (i64.add
        (i64.shr_u (local.get $d1) (i64.sub (i64.const 32) (local.get $shift)))
        (i64.and (i64.shl (local.get $d2) (local.get $shift)) (i64.const 0xffffffff)))))
      (i64.store offset=24 (local.get $to) (i64.add (i64.load offset=24 (local.get $to))
        (i64.shr_u (local.get $d2) (i64.sub (i64.const 32) (local.get $shift)))))))))
    (local.set $values (i32.add (local.get $values) (i32.const 8)))
    (local.set $finite (i32.add (local.get $finite) (i32.const 8)))
    (br_if $each (local.tee $count (i32.sub (local.get $count) (i32.const 1)))))
  (call $normalize (local.get $sum) (i32.const ${sumDigits}))
  (call $normalize (local.get $squares) (i32.const ${squareDigits}))
  (local.get $done))

;; Moves carries on; the last digit keeps the sign.
(func $normalize (param $at i32) (param $digits i32)
  (local $carry i64) (local $digit i64)
  (loop $each
    (local.set $digit (i64.add (i64.load (local.get $at)) (local.get $carry)))
    (local.set $digits (i32.sub (local.get $digits) (i32.const 1)))
    (if (local.get $digits) (then
      (local.set $carry (i64.shr_s (local.get $digit) (i64.const 32)))
      (i64.store (local.get $at) (i64.and (local.get $digit) (i64.const 0xffffffff)))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br $each)))
    (i64.store (local.get $at) (local.get $digit))))

;; Lanes whose mask is ones become JavaScript's function of x.
(func $patch (param $name i32) (param $mask v128) (param $value v128) (param $x v128) (result v128)
  (if (i64.ne (i64x2.extract_lane 0 (local.get $mask)) (i64.const 0)) (then
    (local.set $value (f64x2.replace_lane 0 (local.get $value)
      (call $elementary (local.get $name) (f64x2.extract_lane 0 (local.get $x)))))))
  (if (i64.ne (i64x2.extract_lane 1 (local.get $mask)) (i64.const 0)) (then
    (local.set $value (f64x2.replace_lane 1 (local.get $value)
      (call $elementary (local.get $name) (f64x2.extract_lane 1 (local.get $x)))))))
  (local.get $value))`;
