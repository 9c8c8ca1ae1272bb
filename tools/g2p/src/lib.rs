//! Galois fields for the error correction of codes: what `rqrr` needs of the crate of this name, which writes the
//! products of all pairs into tables of 64 KB that do not pack. Here a product is a sum of logarithms.

use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Sub, SubAssign};

/// A field of 2^n elements.
pub trait GaloisField:
    Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + SubAssign
    + Mul<Output = Self>
    + MulAssign
    + Div<Output = Self>
    + Copy
    + PartialEq
    + Eq
{
    /// 0
    const ZERO: Self;
    /// 1
    const ONE: Self;
    /// Its powers are all elements but 0.
    const GENERATOR: Self;

    /// This element so many times multiplied with itself.
    fn pow(self, times: usize) -> Self;
}

/// Makes a field of `2^bits` elements, in which `x` generates all others.
#[macro_export]
macro_rules! g2p {
    ($name:ident, $bits:literal, modulus: $modulus:literal) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        struct $name(u8);

        impl $name {
            /// How many elements are not 0.
            const TURN: usize = (1 << $bits) - 1;
            /// The powers of the generator, and of each element which power it is.
            const POWERS: ([u8; 1 << $bits], [u8; 1 << $bits]) = {
                let (mut power, mut log) = ([0; 1 << $bits], [0; 1 << $bits]);
                let (mut at, mut value) = (0, 1_usize);
                while at < Self::TURN {
                    power[at] = value as u8;
                    log[value] = at as u8;
                    value <<= 1;
                    if value > Self::TURN {
                        value ^= $modulus;
                    }
                    at += 1;
                }
                (power, log)
            };

            fn log(self) -> usize {
                static LOG: [u8; 1 << $bits] = $name::POWERS.1;
                LOG[usize::from(self.0)].into()
            }

            fn of_log(log: usize) -> Self {
                static POWER: [u8; 1 << $bits] = $name::POWERS.0;
                Self(POWER[log % Self::TURN])
            }
        }

        impl $crate::GaloisField for $name {
            const ZERO: Self = Self(0);
            const ONE: Self = Self(1);
            const GENERATOR: Self = Self(2);

            fn pow(self, times: usize) -> Self {
                match (self.0, times) {
                    (_, 0) => Self(1),
                    (0, _) => self,
                    _ => Self::of_log(self.log() * (times % Self::TURN)),
                }
            }
        }

        // Numbers of this field are added and subtracted without carry.
        #[allow(clippy::suspicious_arithmetic_impl)]
        impl ::core::ops::Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 ^ other.0)
            }
        }

        #[allow(clippy::suspicious_arithmetic_impl)]
        impl ::core::ops::Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 ^ other.0)
            }
        }

        impl ::core::ops::Mul for $name {
            type Output = Self;
            fn mul(self, other: Self) -> Self {
                if self.0 == 0 || other.0 == 0 { Self(0) } else { Self::of_log(self.log() + other.log()) }
            }
        }

        impl ::core::ops::Div for $name {
            type Output = Self;
            fn div(self, other: Self) -> Self {
                assert!(other.0 != 0, "division by zero");
                if self.0 == 0 { self } else { Self::of_log(self.log() + Self::TURN - other.log()) }
            }
        }

        impl ::core::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl ::core::ops::SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                *self = *self - other;
            }
        }

        impl ::core::ops::MulAssign for $name {
            fn mul_assign(&mut self, other: Self) {
                *self = *self * other;
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use crate::GaloisField;

    g2p!(GF16, 4, modulus: 0b1_0011);
    g2p!(GF256, 8, modulus: 0b1_0001_1101);

    /// Multiplication as it is written on paper.
    fn product(one: u8, other: u8) -> u8 {
        let sum = (0..8).filter(|it| other >> it & 1 == 1).fold(0, |sum, it| sum ^ u32::from(one) << it);
        (8..16).rev().fold(sum, |sum, it| if sum >> it & 1 == 1 { sum ^ 0b1_0001_1101 << (it - 8) } else { sum }) as u8
    }

    #[test]
    fn all_products_and_quotients_are_right() {
        for one in 0..=255 {
            for other in 0..=255 {
                let found = GF256(one) * GF256(other);
                assert_eq!(found.0, product(one, other), "{one} {other}");
                if other != 0 {
                    assert_eq!(found / GF256(other), GF256(one));
                }
            }
        }
    }

    #[test]
    fn powers_are_products() {
        let mut power = GF16::ONE;
        for times in 0..40 {
            assert_eq!(GF16::GENERATOR.pow(times), power, "{times}");
            power *= GF16::GENERATOR;
        }
        assert_eq!((GF256::ZERO.pow(0), GF256::ZERO.pow(3)), (GF256::ONE, GF256::ZERO));
    }
}
