//! `checksum`: the sha512, in hexadecimal, of the archive that Yarn makes of a package; before it stands the key of the cache that the archive is
//! for, which tells how it was made. Without one, the file's own key is meant.

use smol_str::SmolStr;

use crate::model::{Algorithm, Digest, Integrity};
use crate::syntax::yaml::Value;

/// The digest of a `checksum` field of any type.
pub(super) fn integrity(value: Value<'_>, file_key: Option<&SmolStr>) -> Integrity {
    let Some(text) = value.spanned() else { return Integrity { field: Some(value.span()), ..Integrity::default() } };
    if text.value.is_empty() {
        return Integrity { field: Some(text.span), ..Integrity::default() };
    }
    let (key, hex) = text.value.split_once('/').map_or((None, text.value.as_str()), |(key, hex)| (Some(SmolStr::from(key)), hex));
    let digest = Digest::of_hex(Algorithm::YarnZip, &text.value, hex, text.span);
    Integrity::of(Digest { made_by: key.or_else(|| file_key.cloned()), ..digest })
}
