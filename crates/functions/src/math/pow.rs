//! Powers of ten as Go's `math.Pow` computes them: it multiplies squares of a mantissa, which for large
//! exponents is not the nearest float that a C library gives.

/// `math.Pow(10, places)` for whole `places`.
pub(super) fn pow10(places: f64) -> f64 {
    let mut turns = places.abs() as u64;
    // 10 = 0.625 * 2^4; every factor keeps its mantissa in [0.5, 1) and its exponent apart.
    let (mut factor, mut factor_exponent) = (0.625_f64, 4_i64);
    let (mut mantissa, mut exponent) = (1.0_f64, 0_i64);
    while turns != 0 {
        if factor_exponent > 1 << 12 {
            exponent += factor_exponent;
            break;
        }
        if turns & 1 == 1 {
            mantissa *= factor;
            exponent += factor_exponent;
        }
        factor *= factor;
        factor_exponent <<= 1;
        if factor < 0.5 {
            factor += factor;
            factor_exponent -= 1;
        }
        turns >>= 1;
    }
    if places < 0.0 {
        mantissa = 1.0 / mantissa;
        exponent = -exponent;
    }
    scale(mantissa, exponent)
}

/// `math.Ldexp` of a mantissa near 1: `mantissa * 2^exponent`, rounded once.
fn scale(mantissa: f64, exponent: i64) -> f64 {
    let power = |n: i64| f64::from_bits(((n + 1023).clamp(1, 2046) as u64) << 52);
    match exponent {
        1024.. => mantissa * power(1023) * power((exponent - 1023).min(1023)),
        -1021..1024 => mantissa * power(exponent),
        _ => mantissa * power(-1021) * power((exponent + 1021).max(-1022)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_go() {
        for (places, want) in [
            (0.0, 0x3ff0_0000_0000_0000),
            (1.0, 0x4024_0000_0000_0000),
            (2.0, 0x4059_0000_0000_0000),
            (-1.0, 0x3fb9_9999_9999_999a),
            (-2.0, 0x3f84_7ae1_47ae_147b),
            (5.0, 0x40f8_6a00_0000_0000),
            (15.0, 0x430c_6bf5_2634_0000),
            (22.0, 0x4480_f0cf_064d_d592),
            (23.0, 0x44b5_2d02_c7e1_4af6),
            (25.0, 0x4520_8b2a_2c28_0291),
            (100.0, 0x54b2_49ad_2594_c37e),
            (-22.0, 0x3b5e_3920_1017_5ee6),
            (-23.0, 0x3b28_2db3_4012_b252),
            (-100.0, 0x2b2b_ff2e_e48e_052e),
            (307.0, 0x7fac_7b1f_3cac_7437),
            (308.0, 0x7fe1_ccf3_85eb_c8a3),
            (309.0, 0x7ff0_0000_0000_0000),
            (-307.0, 0x31_fa18_2c40_c60b),
            (-308.0, 0x7_30d6_7819_e8d1),
            (-310.0, 0x1268_8b70_e62b),
            (-323.0, 0x2),
            (-324.0, 0x0),
            (-400.0, 0x0),
        ] {
            assert_eq!(pow10(places).to_bits(), want, "10^{places}");
        }
    }
}
