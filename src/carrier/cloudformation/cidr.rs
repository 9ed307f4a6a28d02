//! `Fn::Cidr`: a block of addresses cut into smaller ones.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// CloudFormation makes so many blocks at most.
const MOST: u32 = 256;

/// The first `count` blocks of `2^bits` addresses of a block such as `10.0.0.0/16`, in order. None where
/// CloudFormation refuses it, or where it is not documented what it makes of it: a block that starts within another.
pub(super) fn blocks(block: &str, count: u32, bits: u32) -> Option<Vec<String>> {
    let (address, length) = block.trim().split_once('/')?;
    let (address, length): (IpAddr, u32) = (address.parse().ok()?, length.parse().ok()?);
    let (start, width) = match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32_u32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    // Blocks of one size are numbered; the number has the bits between both masks.
    let free = width.checked_sub(length)?;
    let numbered = free.checked_sub(bits)?;
    let is_start = free == 0 || start.trailing_zeros() >= free;
    let fits = numbered >= MOST.ilog2() || count <= 1 << numbered;
    if bits == 0 || bits >= width || !(1..=MOST).contains(&count) || !is_start || !fits {
        return None;
    }
    let block = |number: u32| {
        let first = start | u128::from(number) << bits;
        let address = match address {
            IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::from(u32::try_from(first).ok()?)),
            IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::from(first)),
        };
        Some(format!("{address}/{}", width - bits))
    };
    (0..count).map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(block: &str, count: u32, bits: u32) -> String {
        blocks(block, count, bits).map_or_else(|| "?".to_owned(), |blocks| blocks.join(" "))
    }

    #[test]
    fn blocks_follow_each_other() {
        assert_eq!(joined("10.0.0.0/16", 4, 8), "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24 10.0.3.0/24");
        let documented = "192.168.0.0/27 192.168.0.32/27 192.168.0.64/27 192.168.0.96/27 192.168.0.128/27 192.168.0.160/27";
        assert_eq!(joined("192.168.0.0/24", 6, 5), documented);
        assert_eq!(joined("0.0.0.0/0", 2, 31), "0.0.0.0/1 128.0.0.0/1");
        assert_eq!(joined("255.255.255.254/31", 1, 1), "255.255.255.254/31");
        assert_eq!(joined("2001:db8::/56", 2, 64), "2001:db8::/64 2001:db8:0:1::/64");
        assert_eq!(joined("::/0", 2, 127), "::/1 8000::/1");
        assert_eq!(blocks("10.0.0.0/16", 256, 8).unwrap()[255], "10.0.255.0/24");
    }

    #[test]
    fn what_cloudformation_refuses_has_none() {
        for (block, count, bits) in [
            ("10.0.0.0/16", 0, 8),
            ("10.0.0.0/8", 257, 8),
            ("10.0.0.0/16", 4, 17),
            ("10.0.0.0/24", 5, 6),
            ("10.0.0.0/16", 4, 0),
            ("0.0.0.0/0", 1, 32),
            ("10.0.0.1/16", 4, 8),
            ("10.0.0.0/33", 1, 1),
            ("10.0.0.0", 1, 1),
            ("10.0.0/16", 1, 1),
            ("2001:db8::/129", 1, 1),
            ("::/0", 1, 128),
        ] {
            assert_eq!(joined(block, count, bits), "?", "{block} {count} {bits}");
        }
    }
}
