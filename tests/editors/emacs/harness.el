;;; harness.el --- What the scenarios share -*- lexical-binding: t; -*-

;; An error ends a batch Emacs with its message and a code of its own.

;;; Code:

(require 'eglot)
(require 'flymake)
(require 'provender)

(setq eglot-sync-connect 60
      jsonrpc-default-request-timeout 60
      eglot-autoreconnect nil
      eglot-confirm-server-edits nil
      vc-follow-symlinks t)

(defun wait (what condition)
  "Wait until CONDITION holds, and return what it returned; WHAT says what it is about."
  (let ((end (+ (float-time) 60)) value)
    (while (not (setq value (funcall condition)))
      (when (> (float-time) end)
        (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))
    value))

(defun open-file (file)
  "Open FILE as a person does: a command was run."
  (find-file file)
  (run-hooks 'post-command-hook))

(defun findings (part)
  "The buffer's findings with PART in their text."
  (seq-filter (lambda (found) (string-match-p (regexp-quote part) (flymake-diagnostic-text found)))
              (flymake-diagnostics)))

(defun finding (part)
  "Wait for a finding with PART in its text."
  (wait part (lambda () (flymake-start) (car (findings part)))))

(message "Emacs %s, eglot %s" emacs-version (or (bound-and-true-p eglot--version) "?"))

(provide 'harness)
;;; harness.el ends here
