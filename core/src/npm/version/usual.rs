//! The shapes that nearly all lockfiles consist of, judged on their bytes: a released version against `1.2.3`, `^1.2.3`, `~1.2.3`,
//! `>=1.2.3` and `*`. Everything else is left to [`super::range`], which agrees on these.

/// Whether `version` lies within `range`; `None` if either has another shape.
pub(super) fn satisfies(range: &str, version: &str) -> Option<bool> {
    let version = triple(version.as_bytes())?;
    let range = range.as_bytes();
    let (operator, wanted) = match range {
        b"*" => return Some(true),
        [b'>', b'=', rest @ ..] => (b'>', triple(rest)?),
        [operator @ (b'^' | b'~'), rest @ ..] => (*operator, triple(rest)?),
        _ => (b'=', triple(range)?),
    };
    let same = match operator {
        b'>' => true,
        b'~' => version[..2] == wanted[..2],
        b'^' => {
            let fixed = wanted.iter().take(2).take_while(|&&number| number == 0).count() + 1;
            version[..fixed] == wanted[..fixed]
        }
        _ => version == wanted,
    };
    Some(same && version >= wanted)
}

/// Three plain numbers of up to 15 digits, so far below where npm refuses them.
fn triple(bytes: &[u8]) -> Option<[u64; 3]> {
    let mut numbers = [0u64; 3];
    let mut index = 0;
    let mut digits = 0;
    for &byte in bytes {
        match byte {
            b'0'..=b'9' if digits < 15 && (digits == 0 || numbers[index] != 0) => {
                numbers[index] = numbers[index] * 10 + u64::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && index < 2 => {
                index += 1;
                digits = 0;
            }
            _ => return None,
        }
    }
    (index == 2 && digits > 0).then_some(numbers)
}
