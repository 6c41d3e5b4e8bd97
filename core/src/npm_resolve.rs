//! x
use rustc_hash::FxHashMap;
/// x
pub struct Resolver<'a> { by: FxHashMap<&'a str, u32>, buf: String }
impl<'a> Resolver<'a> {
    /// x
    pub fn new(keys: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> Self { Resolver { by: keys.enumerate().map(|(i, (k, _))| (k, i as u32)).collect(), buf: String::new() } }
    /// x
    pub fn resolve(&mut self, from: &str, name: &str) -> Option<u32> {
        let mut here = from;
        loop {
            self.buf.clear();
            if !here.is_empty() { self.buf.push_str(here); self.buf.push('/'); }
            self.buf.push_str("node_modules/"); self.buf.push_str(name);
            if let Some(i) = self.by.get(self.buf.as_str()) { return Some(*i); }
            if here.is_empty() { return None; }
            here = match here.rfind("node_modules/") { Some(at) => here[..at].trim_end_matches('/'), None => here.rsplit_once('/').map_or("", |x| x.0) };
        }
    }
}
