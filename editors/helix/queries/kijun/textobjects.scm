(declaration) @class.around
(check body: (check_body) @function.inside) @function.around
(definition) @function.around
(rule) @function.around
(test body: (test_body) @test.inside) @test.around
(parameter) @parameter.around
(comment) @comment.inside
(comment)+ @comment.around
