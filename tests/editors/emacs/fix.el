;;; fix.el --- A finding, its reasons, its quick-fix, the file on disk -*- lexical-binding: t; -*-

;;; Code:

(require 'harness)

(provender-mode 1)
(open-file "package.json")
(let ((found (finding "left-pad")))
  (unless (equal (buffer-substring (flymake-diagnostic-beg found) (flymake-diagnostic-end found)) "^1.3.0")
    (error "Marked: %s" (buffer-substring (flymake-diagnostic-beg found) (flymake-diagnostic-end found))))
  (goto-char (flymake-diagnostic-beg found))
  (let ((hover (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
    (unless (string-match-p "left-pad" (format "%S" hover))
      (error "Hover: %S" hover)))
  (let* ((actions (eglot-code-actions (point) (1+ (point)) "quickfix" nil))
         (pin (seq-find (lambda (action) (string-match-p "1\\.3\\.0" (plist-get action :title))) actions)))
    (unless pin
      (error "No such fix among %S" actions))
    (eglot-execute (eglot-current-server) pin))
  (wait "the edit" (lambda () (string-match-p "\"left-pad\": \"1\\.3\\.0\"" (buffer-string))))
  (save-buffer)
  (wait "the finding to go" (lambda () (flymake-start) (null (findings "`left-pad` admits more")))))
(eglot-shutdown (eglot-current-server))
;;; fix.el ends here
