//! Functions that digest a text or a file.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::Arguments;
use super::encoding::encode;
use crate::carrier::terraform::convert;
use crate::carrier::terraform::eval::{Evaluator, Place};
use crate::value::Value;

pub(super) fn apply(
    evaluator: &Evaluator<'_>,
    place: Place<'_>,
    name: &str,
    arguments: &Arguments,
) -> Option<Value> {
    let (of_file, digest) = name.strip_prefix("file").map_or((false, name), |digest| (true, digest));
    let digested: fn(&[u8]) -> String = match digest {
        "md5" => |bytes| hex(&Md5::digest(bytes)),
        "sha1" => |bytes| hex(&Sha1::digest(bytes)),
        "sha256" => |bytes| hex(&Sha256::digest(bytes)),
        "sha512" => |bytes| hex(&Sha512::digest(bytes)),
        "base64sha256" => |bytes| encode(&Sha256::digest(bytes)),
        "base64sha512" => |bytes| encode(&Sha512::digest(bytes)),
        _ => return None,
    };
    let text = arguments.known(0)?;
    let digest = if of_file {
        let path = evaluator.file_path(place.instance, &text);
        let Ok(file) = evaluator.sources.load(&path) else {
            return Some(evaluator.missing(&path, arguments.span));
        };
        let source = evaluator.sources.file(file);
        // Of a file that is no text the bytes are not kept.
        source.invalid_bytes().is_empty().then(|| digested(source.text().as_bytes()))?
    } else {
        digested(text.as_bytes())
    };
    Some(convert::string(&digest, arguments.span))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
