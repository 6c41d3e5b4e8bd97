//! Indentation: which of the open mappings and sequences a new line belongs to.

use super::ErrorKind;
use super::parse::{FrameKind, Parser, Slot};

impl Parser<'_> {
    /// Closes what a line at `column` ends. `false` if the line can belong to nothing; the innermost frame takes it otherwise.
    pub(super) fn settle(&mut self, column: i64) -> bool {
        let dash = self.bytes[self.at] == b'-' && self.is_blank(self.at + 1);
        loop {
            let depth = self.frames.len();
            let Some(frame) = self.frames.last_mut() else { return false };
            let mapping = frame.kind == FrameKind::Mapping;
            match frame.slot {
                Slot::Key | Slot::Value => {
                    // A sequence may stand below its key at the key's own column.
                    let below = dash && mapping && frame.slot == Slot::Value && column == frame.indent;
                    if column > frame.indent || below {
                        return true;
                    }
                    self.empty();
                }
                Slot::Entry | Slot::Colon => {
                    let fits = mapping || (dash && frame.kind == FrameKind::Sequence);
                    if column == frame.indent && fits {
                        return true;
                    }
                    if column > frame.indent {
                        return self.too_deep(fits);
                    }
                    // The first line was indented too far, or this one too little: the mapping goes on rather than end here.
                    if depth == 2 && fits && column < frame.indent && frame.slot == Slot::Entry {
                        frame.indent = column;
                        return self.too_deep(true);
                    }
                    if frame.slot == Slot::Colon { self.empty_value() } else { self.pop() }
                }
            }
        }
    }

    /// The value that an explicit key does not have.
    pub(super) fn empty_value(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.slot = Slot::Value;
        }
        self.empty();
    }

    fn too_deep(&mut self, fits: bool) -> bool {
        let document = self.frames.last().is_some_and(|frame| frame.kind == FrameKind::Document);
        let start = self.at;
        self.skip_line();
        let kind = if document { ErrorKind::TextAfterEnd } else { ErrorKind::Indentation };
        self.error(kind, start, self.at);
        self.at = start;
        fits
    }
}
