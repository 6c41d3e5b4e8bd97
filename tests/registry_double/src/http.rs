//! The wire: reads requests from a connection, records them, writes what [`crate::answer`] makes of them.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use crate::answer::{Answer, Body, answer};
use crate::{Request, Shared, hold};

/// Serves one connection until the client, or a fault, ends it.
pub(crate) fn serve(stream: &TcpStream, shared: &Arc<Shared>, base: &str) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader)? {
        hold(&shared.requests).push(request.clone());
        let latency = *hold(&shared.latency);
        if !latency.is_zero() {
            std::thread::sleep(latency);
        }
        let paused = shared.resumed.wait_while(hold(&shared.paused), |paused| *paused);
        drop(paused);
        let Some(answer) = answer(shared, &request, base) else { return Ok(()) };
        if !write(stream, &mut reader, &answer)? {
            return Ok(());
        }
    }
    Ok(())
}

fn read(reader: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_ascii_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(None) };
    let mut request = Request { method, path, headers: Vec::new(), accept: None, authorization: None };
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(Some(request)) };
        let (name, value) = (name.to_ascii_lowercase(), value.trim().to_owned());
        match name.as_str() {
            "accept" => request.accept = Some(value),
            "authorization" => request.authorization = Some(value),
            _ => {}
        }
        request.headers.push(name);
    }
}

/// Whether the connection can go on.
fn write(mut stream: &TcpStream, reader: &mut impl Read, answer: &Answer) -> io::Result<bool> {
    let mut head = format!("HTTP/1.1 {} Answer\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let (length, close) = match &answer.body {
        Body::Whole(bytes) => (Some(bytes.len() as u64), false),
        Body::Cut { length, .. } => (Some(*length), true),
        Body::Stalled(length) => (Some(*length), true),
        Body::Endless(_) => (None, true),
    };
    if let Some(length) = length {
        head.push_str(&format!("Content-Length: {length}\r\n"));
    }
    if close {
        head.push_str("Connection: close\r\n");
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    match &answer.body {
        Body::Whole(bytes) | Body::Cut { bytes, .. } => stream.write_all(bytes)?,
        // Until the client has had enough: its end of the connection closes.
        Body::Stalled(_) => drop(reader.read(&mut [0])?),
        Body::Endless(total) => {
            let block = [0; 16 * 1024];
            let mut left = *total;
            while left > 0 {
                let part = left.min(block.len() as u64) as usize;
                stream.write_all(&block[..part])?;
                left -= part as u64;
            }
        }
    }
    Ok(!close)
}
